//! Mistakes in how a node is put together.

use super::rules;

rules! {
    /// ## What it does
    ///
    /// Reports something that cannot begin a node, such as a `{` or a `=`, where a node must begin.
    ///
    /// ## Why
    ///
    /// A file is a list of nodes, and so is what stands between `{` and `}`. Every node begins with
    /// its name, as an XML element does: `vm`, `hostdev`. Only `/-`, which takes the node out, and
    /// a type in parentheses can stand before it. Unlike JSON, a file has no braces around the
    /// whole. Write the name that is missing, or remove what stands in its place.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// {
    ///     vm "a" machine="virt" {
    ///         iommufd "iommufd0"
    ///         vsmmu "smmu0" iommufd="iommufd0" {
    ///             hostdev "gpu0" host="0009:01:00.0"
    ///         }
    ///     }
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    MISSING_NAME = "syntax/missing-name": "something stands where a node should begin";

    /// ## What it does
    ///
    /// Reports two parts of a node that are glued together.
    ///
    /// ## Why
    ///
    /// The name of a node, its arguments (values alone) and its properties (`key=value`) are told
    /// apart by the white space between them. Glued together they are more likely a slip, such as a
    /// forgotten quote. Write a space between the two.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0"host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    MISSING_SPACE = "syntax/missing-space": "two parts of a node without white space between them";

    /// ## What it does
    ///
    /// Reports a `=` with no value behind it.
    ///
    /// ## Why
    ///
    /// A property is a key, a `=` and a value, like an attribute in XML, and the value stands on
    /// the same line. Write the value, or remove the key and the `=` as well: then the default
    /// holds.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         pxb bus-nr=
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         pxb bus-nr=252
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    MISSING_VALUE = "syntax/missing-value": "a property without a value";

    /// ## What it does
    ///
    /// Reports a node that begins on the line on which the one before it was closed with `}`.
    ///
    /// ## Why
    ///
    /// A node ends with its line, or with a `;`. Its own `}` does not end it, so what follows on
    /// the same line would still belong to it. Begin a new line, or write a `;` between the two.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     } vsmmu "smmu1" iommufd="iommufd0" {
    ///         hostdev "gpu1" host="0019:01:00.0"
    ///     }
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    ///     vsmmu "smmu1" iommufd="iommufd0" {
    ///         hostdev "gpu1" host="0019:01:00.0"
    ///     }
    /// }
    /// ```
    MISSING_TERMINATOR = "syntax/missing-terminator": "two nodes on one line without `;`";

    /// ## What it does
    ///
    /// Reports a `;` with no node before it.
    ///
    /// ## Why
    ///
    /// A `;` ends the node before it, so that another can follow on the same line. At the end of a
    /// line none is needed, and one that ends nothing is a slip: there are no empty nodes. Remove
    /// it.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         accel ats=#true;; hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         accel ats=#true; hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    STRAY_SEMICOLON = "syntax/stray-semicolon": "a `;` which ends no node";

    /// ## What it does
    ///
    /// Reports a word and a string in quotes behind it that are glued together, or have only a `:`
    /// between them.
    ///
    /// ## Why
    ///
    /// A property is written `key="value"`, like an attribute in XML; the `:` of YAML and JSON is
    /// just one more letter in KDL. Without the `=` the two would be two arguments, values alone,
    /// and those have a space between them. Write the `=`.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host:"0009:01:00.0"
    ///     }
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    MISSING_EQUALS = "syntax/missing-equals": "a property without the `=` between its key and its value";

    /// ## What it does
    ///
    /// Reports a `=` with no key of a property before it.
    ///
    /// ## Why
    ///
    /// A `=` stands between the key and the value of a property, and properties stand behind the
    /// name of their node: `cell 0 memory="8GiB"`. The value of the node itself, its argument,
    /// stands behind the name with just a space between them: `name value`. Remove the `=`, or
    /// write the name or the key that is missing.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     mmio-window = "2TiB"
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     mmio-window "2TiB"
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    STRAY_EQUALS = "syntax/stray-equals": "a `=` without a property key";

    /// ## What it does
    ///
    /// Reports an argument or a property of a node behind its `}`.
    ///
    /// ## Why
    ///
    /// The arguments (values alone) and properties (`key=value`) of a node stand before its `{`, as
    /// the attributes of an XML element stand in its opening tag. Move them there. This holds even
    /// behind a block taken out with `/-`.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" {
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     } iommufd="iommufd0"
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    ENTRY_AFTER_CHILDREN = "syntax/entry-after-children": "an argument or property behind the children";

    /// ## What it does
    ///
    /// Reports a `\` outside of quotes with something behind it on its line.
    ///
    /// ## Why
    ///
    /// A `\` at the end of a line continues the node on the next line. Only white space and
    /// comments can stand behind it: in the middle of a line it has no meaning. Remove it, or begin
    /// a new line behind it. If it belongs to a string, put the string into quotes and double it.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" \ iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" \
    ///         iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    BAD_CONTINUATION = "syntax/bad-continuation": r"a `\` which is not at the end of its line";

    /// ## What it does
    ///
    /// Reports a `/-` with nothing behind it that could be taken out, or in the middle of
    /// something.
    ///
    /// ## Why
    ///
    /// `/-` comments out one thing as a whole: the node, the argument, the property or the block in
    /// braces that follows it. It cannot take out half of one: move it before the key of the
    /// property, or before the type in parentheses. Where nothing follows, or another `/-`, remove
    /// it.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         pxb bus-nr=/-252
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         pxb /-bus-nr=252
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    BAD_SLASHDASH = "syntax/bad-slashdash": "a `/-` which takes out nothing, or only a part of something";

    /// ## What it does
    ///
    /// Reports parentheses that hold something else than the name of a type, that stand before the
    /// key of a property or before nothing, and a `(` or `)` without the other.
    ///
    /// ## Why
    ///
    /// In KDL parentheses name the type of what follows them: `(u8)255`. They hold one name and
    /// stand directly before a value or the name of a node. They group nothing, and nothing in
    /// these files has a type: remove them, or put into quotes the string that they belong to.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host=("0009:01:00.0")
    ///     }
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    BAD_TYPE_ANNOTATION = "syntax/bad-type-annotation": "parentheses which are no type annotation";
}
