//! `docs/rules` holds the page of every rule, where its findings say it is, and nothing else.
//! `UPDATE_EXPECTED=1` writes it anew.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use iommulint_lang::rules;

fn folder() -> PathBuf {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("it is in the project");
    project.join("docs/rules")
}

/// Every page there should be, by its path within the folder.
fn wanted() -> BTreeMap<String, String> {
    let pages = rules::all().map(|rule| (format!("{}.md", rule.name), rule.page()));
    pages.chain([("README.md".to_owned(), rules::index())]).collect()
}

/// Every page there is.
fn there(folder: &Path) -> BTreeMap<String, String> {
    let mut pages = BTreeMap::new();
    let mut pending = vec![folder.to_path_buf()];
    while let Some(next) = pending.pop() {
        for entry in fs::read_dir(next).into_iter().flatten() {
            let path = entry.expect("the folder can be read").path();
            if path.is_dir() {
                pending.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("it is in the folder");
                let text = fs::read_to_string(&path).expect("it can be read");
                pages.insert(name.to_string_lossy().replace('\\', "/"), text);
            }
        }
    }
    pages
}

#[test]
fn every_rule_has_its_page() {
    let (folder, wanted) = (folder(), wanted());
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        drop(fs::remove_dir_all(&folder));
        for (name, page) in &wanted {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().expect("it has one")).expect("it can be made");
            fs::write(path, page).expect("it can be written");
        }
    }
    let there = there(&folder);
    let names = |pages: &BTreeMap<String, String>| pages.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&there), names(&wanted));
    for (name, page) in &wanted {
        assert_eq!(&there[name], page, "{name} is not as its rule says");
    }
}

#[test]
fn findings_point_at_the_pages() {
    for rule in rules::all() {
        let url = rule.url();
        let (_, path) = url.split_once("/blob/main/docs/rules/").expect("it is in that folder");
        assert_eq!(path, format!("{}.md", rule.name));
    }
}
