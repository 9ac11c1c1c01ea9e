(node name: (identifier) @keyword)
(prop key: (identifier) @property)
(type) @type

(string) @string
(escape) @string.escape
(number) @number
(boolean) @boolean
(keyword) @constant

"=" @operator
["{" "}"] @punctuation.bracket
";" @punctuation.delimiter

[
  (single_line_comment)
  (multi_line_comment)
  (node_comment)
  (node_field_comment)
  (node_children_comment)
] @comment
