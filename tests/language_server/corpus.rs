//! The files of the corpus, and copies with characters outside the basic plane in most lines.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::client::folder;

/// Settings that differ by path, so that they matter.
const CONFIGURATION: &str = r#"
exclude = ["**/corpus/err/lint/**"]
[rules]
"pci/index-gap" = "error"
"iommu/migration" = "warning"
[[overrides]]
paths = ["**/corpus/err/iommufd/**"]
target = { qemu = "10.2" }
rules.pci = "note"
[[overrides]]
paths = ["**/corpus/err/pci/**"]
policy.not-allowable = ["hostdev"]
"#;

/// A file.
pub(crate) struct File {
    /// As seen from the folder.
    pub(crate) name: String,
    pub(crate) text: String,
}

/// A folder with the corpus, a configuration, and the files in it.
pub(crate) fn corpus() -> (TempDir, Vec<File>) {
    let folder = folder();
    fs::write(folder.path().join("iommulint.toml"), CONFIGURATION).expect("it can be written");
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    let mut folders = vec![PathBuf::from("corpus"), PathBuf::from("examples")];
    while let Some(name) = folders.pop() {
        for entry in fs::read_dir(project.join(&name)).expect("it can be read") {
            let name = name.join(entry.expect("it can be read").file_name());
            if project.join(&name).is_dir() {
                folders.push(name);
                continue;
            }
            let extension = name.extension().and_then(|extension| extension.to_str());
            if !matches!(extension, Some("kdl" | "xml" | "args" | "sh")) {
                continue;
            }
            // What is not UTF-8 cannot be open in an editor.
            let Ok(text) = fs::read_to_string(project.join(&name)) else { continue };
            let name = name.to_str().expect("a plain name").to_owned();
            let wide = text.replace("    ", "/*😀ä*/ ").replace('"', "\"𝒶");
            for (name, text) in [(name.clone(), text), (format!("wide/{name}"), wide)] {
                let path = folder.path().join(&name);
                fs::create_dir_all(path.parent().expect("it has one")).expect("it can be made");
                fs::write(&path, &text).expect("it can be written");
                files.push(File { name, text });
            }
        }
    }
    files.sort_by(|one, other| one.name.cmp(&other.name));
    assert!(files.len() > 200, "{} files", files.len());
    (folder, files)
}
