/** What is said between this extension and the language server beside what its library knows. */

/** The scheme of the URIs of previews. */
export const SCHEME = "iommulint-preview";

/** LSP 3.18, `workspace/textDocumentContent`: asks for what is at such a URI. */
export const CONTENT = "workspace/textDocumentContent";

/** LSP 3.18: the server says that it has to be asked again. */
export const REFRESH = "workspace/textDocumentContent/refresh";

/** The command of every lens. */
export const PREVIEW = "iommulint.preview";

/** The command which gives a preview. */
export const PREVIEW_TEXT = "iommulint.previewText";

/** What can be shown of a vm. */
export type Kind = "libvirt" | "qemu" | "map" | "graph";

/** The argument of both commands: a vm by its place among those of a file, or by a place in it. */
export interface Argument {
  uri: string;
  kind: Kind;
  vm?: number;
  position?: { line: number; character: number };
}

/** What `PREVIEW_TEXT` gives. */
export interface Preview {
  uri: string;
  title: string;
  languageId: string;
  text: string;
}
