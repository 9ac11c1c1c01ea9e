//! Mistakes about the braces around the children of a node.

use super::rules;

rules! {
    /// ## What it does
    ///
    /// Reports a `{` without its `}`, and a `{` that is missing although the lines that belong into
    /// the braces are there.
    ///
    /// ## Why
    ///
    /// What a node holds, its children, stands between `{` and `}`, as it stands between the two
    /// tags of an XML element. Where one of the two is missing, nobody can know which lines belong
    /// to the node. The indentation of the lines is taken as a hint of where it was forgotten, so
    /// the place may be wrong: write the missing one where it belongs.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0"
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
    MISSING_BRACE = "syntax/missing-brace": "a block of children without its `{` or `}`";

    /// ## What it does
    ///
    /// Reports a `}` where no `{` is open.
    ///
    /// ## Why
    ///
    /// Every `}` closes the `{` that was opened last. Where none is open there is one `}` too many,
    /// here or further up, and what stands below it may have fallen out of the node it was meant
    /// for. Remove it, or write the `{` that is missing.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
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
    UNMATCHED_BRACE = "syntax/unmatched-brace": "a `}` without its `{`";

    /// ## What it does
    ///
    /// Reports a `{` on a line below the node that it belongs to, or behind the `;` that ends that
    /// node.
    ///
    /// ## Why
    ///
    /// A node is what an element is in XML; in KDL it ends with its line, so a `{` on the next line
    /// belongs to nothing. Write it on the line of the node, behind everything else. A node too
    /// long for one line can go on below if the line ends with `\`.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt"
    /// {
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
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    BRACE_ON_NEXT_LINE = "syntax/brace-on-next-line": "a `{` on the line below its node";

    /// ## What it does
    ///
    /// Reports a second pair of braces, with more children, behind the same node.
    ///
    /// ## Why
    ///
    /// All that a node holds stands in one pair of braces, as an XML element has one opening and
    /// one closing tag. Move everything into the first. (A block taken out with `/-` before its `{`
    /// does not count.)
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         accel ats=#true
    ///     } {
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
    SECOND_BLOCK = "syntax/second-block": "a second block of children";
}
