//! Work that may die of a bug, and nothing else with it.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::log::log;

/// Does `work`; what it dies of is logged, and given back.
pub(crate) fn guarded<T>(what: &str, work: impl FnOnce() -> T) -> Result<T, String> {
    // Whatever was half done is an edit or a check that is done anew with the next edit.
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
        let why = words(&*panic);
        log(&format!("internal error in `{what}`: {why}"));
        why
    })
}

fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "unknown".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_panics_say_is_kept() {
        assert_eq!(guarded("counting", || 1), Ok(1));
        let number = "x".parse::<u32>();
        let why = guarded("counting", || number.expect("a number"));
        assert_eq!(why, Err("a number: ParseIntError { kind: InvalidDigit }".to_owned()));
        assert_eq!(guarded("counting", || panic!("no")), Err::<(), _>("no".to_owned()));
        let unusual = guarded("counting", || std::panic::panic_any(7));
        assert_eq!(unusual, Err::<(), _>("unknown".to_owned()));
    }
}
