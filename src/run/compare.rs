//! What is found between the files of a run.

use iommulint_lang::check::{Neighbour, across};

use super::CheckedFile;

/// Adds what is found between files whose vms run on one host.
pub(crate) fn compare(files: &mut [CheckedFile]) {
    let neighbours: Vec<Neighbour<'_>> = files.iter().filter_map(neighbour).collect();
    let mut found = across(&neighbours).into_iter().peekable();
    for file in files {
        let before = file.findings.len();
        while let Some(finding) = found.next_if(|found| found.primary.origin.file == file.id) {
            file.findings.push(finding);
        }
        if file.findings.len() > before {
            file.findings.sort_by_key(|finding| finding.primary.origin);
        }
    }
}

fn neighbour(file: &CheckedFile) -> Option<Neighbour<'_>> {
    Some(Neighbour {
        host: file.settings.host.as_deref()?.to_str()?,
        analysis: file.analysis.as_ref()?,
        settings: &file.settings.check,
    })
}
