mod corpus_files;
use iommulint_lang::check::Settings;
use iommulint_lang::finding::Applicability;
use iommulint_lang::fix::fix;
use iommulint_lang::span::FileId;
#[test]
fn dump() {
    for (path, text) in corpus_files::read(&["corpus/err"]) {
        let fixed = fix(text, FileId(0), &Settings::default(), Applicability::Unsafe);
        for finding in fixed.analysis.findings {
            println!("{}|{}|{}|{:?}|{}", finding.rule, path.file_name().unwrap().display(), finding.headline, finding.help, finding.fixes.len());
        }
    }
}
