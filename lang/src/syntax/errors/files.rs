//! Mistakes about a file as a whole.

use super::rules;

rules! {
    /// ## What it does
    ///
    /// Reports a file that says, in its first line, that it is in another version of KDL than 2.
    ///
    /// ## Why
    ///
    /// The versions differ in how values and strings are written. Read as KDL 2, a file in another
    /// version could mean something else than its writer meant. Rewrite it for KDL 2 and say `2`,
    /// or leave the line out.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// /- kdl-version 1
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
    /// /- kdl-version 2
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    KDL_VERSION = "syntax/kdl-version": "the file says it is in another version of KDL";

    /// ## What it does
    ///
    /// Reports a file of more than 4 294 967 295 bytes, of which nothing is read.
    ///
    /// ## Why
    ///
    /// Places in a file are counted in 32 bits. A file that describes a vm has a few thousand
    /// bytes, so one of 4 GiB is most likely not the file that was meant: look at its name. The
    /// commands of `iommulint` stop at such a file with a message; this finding is for programs
    /// that check a text of their own.
    ///
    /// ## Example
    ///
    /// ```text
    /// $ truncate --size=4G guest.kdl
    /// $ iommulint check guest.kdl
    /// iommulint: cannot read `guest.kdl`: longer than 4294967295 bytes, the most a file may have
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
    TOO_LONG = "syntax/too-long": "a file of 4 GiB or more";

    /// ## What it does
    ///
    /// Reports how many syntax errors a file has beyond the first hundred, which are shown.
    ///
    /// ## Why
    ///
    /// A file with so many is most likely not in KDL, or one mistake led to all the others. Correct
    /// the first ones and check again.
    ///
    /// ## Example
    ///
    /// The XML of a domain of a few hundred lines, under the name of a KDL file:
    ///
    /// ```text
    /// $ virsh dumpxml guest > guest.kdl
    /// $ iommulint check guest.kdl
    /// ```
    ///
    /// ## Use instead
    ///
    /// A file that describes the IOMMUs of the guest in KDL:
    ///
    /// ```kdl
    /// vm "guest" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    TOO_MANY_ERRORS = "syntax/too-many-errors": "more syntax errors than are shown";
}
