//! Which fixes can be applied together.

use std::collections::BTreeMap;

use crate::finding::{Applicability, Finding, Fix};
use crate::span::Span;

/// The first fix of `finding` that may be applied: a safe one, else an unsafe one if `most` is that.
pub(super) fn chosen(finding: &Finding, most: Applicability) -> Option<&Fix> {
    let first = |wanted| finding.fixes.iter().find(|fix| fix.applicability == wanted);
    first(Applicability::Safe).or_else(|| match most {
        Applicability::Safe => None,
        Applicability::Unsafe | Applicability::DisplayOnly => first(Applicability::Unsafe),
    })
}

/// The bytes that fixes change, as disjoint ranges: start and end of each.
#[derive(Default)]
pub(super) struct Taken(BTreeMap<u32, u32>);

impl Taken {
    /// Takes the bytes of `fix`, unless one of its edits overlaps or touches those of another fix, or
    /// it does not fit `text`.
    pub(super) fn take(&mut self, fix: &Fix, text: &str) -> bool {
        let spans = || fix.edits.iter().map(|edit| edit.origin.span);
        let fits = spans().all(|span| text.get(span.range()).is_some());
        let in_order = spans().zip(spans().skip(1)).all(|(one, next)| one.end <= next.start);
        let free = fits && in_order && spans().all(|span| self.is_free(span));
        if free {
            self.0.extend(spans().map(|span| (span.start, span.end)));
        }
        free
    }

    fn is_free(&self, span: Span) -> bool {
        self.0.range(..=span.end).next_back().is_none_or(|(_, &end)| end < span.start)
    }
}

#[cfg(test)]
mod tests {
    use super::Taken;
    use crate::finding::{Applicability, Edit, Fix};
    use crate::span::{FileId, Origin, Span};

    fn fix(spans: &[(u32, u32)]) -> Fix {
        let edit = |&(start, end)| Edit {
            origin: Origin::new(FileId(0), Span::new(start, end)),
            text: String::new(),
        };
        let edits = spans.iter().map(edit).collect();
        Fix { title: String::new(), applicability: Applicability::Safe, edits }
    }

    #[test]
    fn fixes_keep_apart() {
        let text = "0123456789";
        let mut taken = Taken::default();
        assert!(taken.take(&fix(&[(1, 2), (6, 6)]), text));
        for conflicting in [(0, 1), (1, 1), (0, 9), (2, 3), (5, 6), (6, 6), (6, 7)] {
            assert!(!taken.take(&fix(&[conflicting]), text), "{conflicting:?}");
        }
        assert!(!taken.take(&fix(&[(9, 10), (2, 2)]), text), "not in file order");
        assert!(!taken.take(&fix(&[(9, 11)]), text), "not in the text");
        assert!(taken.take(&fix(&[(3, 5), (7, 8)]), text));
        assert!(!taken.take(&fix(&[(4, 4)]), text));
    }
}
