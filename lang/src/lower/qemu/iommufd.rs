//! iommufd objects.

use super::super::argument::Argument;
use super::super::ids::{Taker, iommufds_in_use};
use super::super::json_object::JsonObject;
use super::{Lowering, object};

impl Lowering<'_, '_> {
    /// Those in use, in file order.
    pub(super) fn iommufds(&self) -> Vec<Argument> {
        if self.options.stand_in {
            return Vec::new();
        }
        let used = iommufds_in_use(self.checked, Taker::Qemu);
        used.into_iter()
            .map(|position| {
                let iommufd = self.checked.iommufd(position);
                let fd = iommufd.fd.map(|fd| fd.value.to_string());
                object(
                    JsonObject::object("iommufd", self.ids.iommufd(position))
                        .with(fd, |object, fd| object.string("fd", &fd)),
                )
            })
            .collect()
    }
}
