//! The previews that somebody looks at, which follow their sources.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io;
use std::path::PathBuf;

use gen_lsp_types::{MessageType, Uri};
use lsp_server::Message;
use serde_json::json;
use tempfile::TempDir;

use crate::log::log;
use crate::messages::{Requests, shown};
use crate::preview::Preview;
use crate::snapshot::Snapshot;
use crate::uri;

/// The previews that somebody looks at.
#[derive(Debug, Default)]
pub(crate) struct Previewed {
    /// What the editor has asked for, by URI, and the fingerprints of what it was given. When that is true no
    /// more, it is told once; if it still shows the preview, it asks again.
    asked_for: BTreeMap<String, u64>,
    /// For editors that can show files only.
    files: Files,
}

impl Previewed {
    /// The editor was given `text` for `uri`.
    pub(crate) fn given(&mut self, uri: Uri, text: &str) {
        self.asked_for.insert(uri.0, fingerprint(text));
    }

    /// Has the editor show `preview`: by its URI where it asks for what is there, else as a file, which is kept up
    /// to date from now on.
    pub(crate) fn show(
        &mut self,
        snapshot: Snapshot<'_>,
        requests: &mut Requests,
        preview: Preview,
    ) -> Message {
        if !snapshot.client.shows_documents {
            return shown(MessageType::Warning, "this editor cannot be asked to show a document");
        }
        let uri = if snapshot.client.asks_for_content {
            Ok(preview.uri())
        } else {
            self.files.write(preview.text(snapshot), preview)
        };
        match uri {
            Ok(uri) => {
                let params = json!({ "uri": uri, "takeFocus": false });
                requests.make("window/showDocument", &params)
            }
            Err(why) => shown(MessageType::Error, &format!("the preview cannot be written: {why}")),
        }
    }

    /// Has the editor ask again for the previews of `source` that are others now; the files are put right at once.
    pub(crate) fn follow(
        &mut self,
        snapshot: Snapshot<'_>,
        requests: &mut Requests,
        source: &Uri,
    ) -> Vec<Message> {
        self.files.follow(snapshot, source);
        let of_source = |uri: &String| {
            Preview::at(&Uri(uri.clone())).filter(|preview| preview.source == *source)
        };
        let has_changed = |(uri, given): (&String, &u64)| {
            let text = of_source(uri)?.text(snapshot);
            (fingerprint(&text) != *given).then(|| uri.clone())
        };
        let changed: Vec<String> = self.asked_for.iter().filter_map(has_changed).collect();
        let refresh = |uri: &String| {
            self.asked_for.remove(uri);
            requests.make("workspace/textDocumentContent/refresh", &json!({ "uri": uri }))
        };
        changed.iter().map(refresh).collect()
    }
}

/// Previews in files, which are gone when the server is.
#[derive(Debug, Default)]
struct Files {
    folder: Option<TempDir>,
    written: Vec<Written>,
}

#[derive(Debug)]
struct Written {
    preview: Preview,
    path: PathBuf,
    fingerprint: u64,
}

impl Files {
    fn write(&mut self, text: String, preview: Preview) -> io::Result<Uri> {
        let fingerprint = fingerprint(&text);
        let known = self.written.iter_mut().find(|written| written.preview == preview);
        if let Some(written) = known {
            fs::write(&written.path, text)?;
            written.fingerprint = fingerprint;
            return Ok(uri::of(&written.path));
        }
        // Files of one name in several folders have previews in several folders.
        let folder = self.folder()?.join(self.written.len().to_string());
        fs::create_dir(&folder)?;
        let path = folder.join(preview.title().replace(['/', '\\'], "-"));
        fs::write(&path, text)?;
        let uri = uri::of(&path);
        self.written.push(Written { preview, path, fingerprint });
        Ok(uri)
    }

    fn folder(&mut self) -> io::Result<PathBuf> {
        let folder = match self.folder.take() {
            Some(folder) => folder,
            None => tempfile::Builder::new().prefix("iommulint-").tempdir()?,
        };
        Ok(self.folder.insert(folder).path().to_path_buf())
    }

    fn follow(&mut self, snapshot: Snapshot<'_>, source: &Uri) {
        for written in self.written.iter_mut().filter(|it| it.preview.source == *source) {
            let text = written.preview.text(snapshot);
            let now = fingerprint(&text);
            if now == written.fingerprint {
                continue;
            }
            match fs::write(&written.path, text) {
                Ok(()) => written.fingerprint = now,
                Err(why) => log(&format!("cannot write `{}`: {why}", written.path.display())),
            }
        }
    }
}

fn fingerprint(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
