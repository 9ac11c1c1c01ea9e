//! Habits of other languages.

use super::rules;

rules! {
    /// ## What it does
    ///
    /// Reports a word with a `#` before it that is none of the six KDL knows.
    ///
    /// ## Why
    ///
    /// They are `#true`, `#false`, `#null`, `#inf`, `#-inf` and `#nan`, in lower case. What is `on`
    /// or `off` in the XML of libvirt is `#true` or `#false` here. Any other word is a string and
    /// has no `#`; a comment begins with `//`.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         accel ats=#on
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
    ///         accel ats=#true
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    UNKNOWN_KEYWORD = "syntax/unknown-keyword": "`#` before a word which is no keyword";

    /// ## What it does
    ///
    /// Reports a line that begins with a `#`, as a comment does in a shell script.
    ///
    /// ## Why
    ///
    /// In KDL a comment is written `// …` up to the end of the line, or `/* … */`. A `#` begins a
    /// value like `#true`, or a string like `#"…"#`. Write `//`.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// # One GPU behind one SMMU.
    /// vm "a" machine="virt" {
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
    /// // One GPU behind one SMMU.
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    HASH_COMMENT = "syntax/hash-comment": "`#` used to begin a comment";

    /// ## What it does
    ///
    /// Reports values in brackets.
    ///
    /// ## Why
    ///
    /// KDL has no lists in brackets. Where a node takes several values they stand one after
    /// another, with spaces and no commas: `distance 0 1 20`. A property has one value; where it
    /// means several, they are in one string: `cpus="0-3"`.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     numa {
    ///         cell 0 memory="4GiB"
    ///         cell 1 memory="4GiB"
    ///         distance [0, 1, 20]
    ///     }
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     numa {
    ///         cell 0 memory="4GiB"
    ///         cell 1 memory="4GiB"
    ///         distance 0 1 20
    ///     }
    /// }
    /// ```
    LIST = "syntax/list": "a list in brackets";
}
