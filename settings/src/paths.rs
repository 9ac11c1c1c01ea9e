//! Paths as they are written, without asking the disk.

use std::path::{Component, Path, PathBuf};

/// `path` as seen from the absolute folder `base`, without `.` and `..`. Symbolic links are not
/// followed: `a/link/../b` is `a/b`.
pub(crate) fn absolute(base: &Path, path: &Path) -> PathBuf {
    let mut whole = PathBuf::new();
    for component in base.join(path).components() {
        match component {
            Component::CurDir => {}
            // Above the root there is only the root.
            Component::ParentDir => drop(whole.pop()),
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => {
                whole.push(component);
            }
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_absolute_as_written() {
        for (path, expected) in [
            ("vm.kdl", "/home/u/vm.kdl"),
            ("./a/./vm.kdl", "/home/u/a/vm.kdl"),
            ("../v/vm.kdl", "/home/v/vm.kdl"),
            ("../../../../vm.kdl", "/vm.kdl"),
            ("/srv/../vm.kdl", "/vm.kdl"),
            ("", "/home/u"),
        ] {
            assert_eq!(absolute(Path::new("/home/u"), Path::new(path)), Path::new(expected));
        }
    }
}
