//! The ledger's lines and a backup's head.

use std::fs;

use zongheng_core::ledger::{Act, Verifier, Written, canonical};
use zongheng_store::backup::Header;

/// One line: an act that is read back is the line again, and a line that holds holds in its canonical form too.
pub(crate) fn line(bytes: &[u8]) {
    if let Ok(act) = Act::from_line(bytes) {
        assert_eq!(act.computed_hash(), act.hash);
        let again = act.line();
        assert_eq!(Act::from_line(again.as_bytes()).as_ref(), Ok(&act));
    }
    let mut verifier = Verifier::default();
    let Ok(written) = verifier.line(1, bytes) else { return };
    let value: serde_json::Value = serde_json::from_slice(bytes).unwrap_or_default();
    let text = canonical(&value, "line", 0).unwrap_or_default();
    assert_eq!(written == Written::Canonical, text.as_bytes() == bytes);
    if !text.is_empty() {
        assert_eq!(Verifier::default().line(1, text.as_bytes()), Ok(Written::Canonical));
    }
}

/// A file of lines.
pub(crate) fn file(bytes: &[u8]) {
    let mut verifier = Verifier::default();
    for (n, line) in (1..).zip(bytes.split(|byte| *byte == b'\n')) {
        if let Err(fault) = verifier.line(n, line) {
            assert!(!fault.to_string().is_empty());
            return;
        }
    }
    let _ = verifier.finish();
}

/// Any JSON: its canonical text means the same, and is its own.
pub(crate) fn canonical_text(bytes: &[u8]) {
    let Ok(value) = serde_json::from_slice::<serde_json::Value>(bytes) else { return };
    let Ok(text) = canonical(&value, "value", 0) else { return };
    let again: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    assert_eq!(again, value);
    assert_eq!(canonical(&again, "value", 0).as_ref(), Ok(&text));
}

/// The head of a backup's file.
pub(crate) fn backup(bytes: &[u8]) {
    crate::table::with_file("backup.zongheng", bytes, |path| {
        if let Err(fault) = Header::of(path) {
            assert!(!fault.to_string().is_empty());
        }
        assert!(fs::metadata(path).is_ok(), "a reader writes nothing");
    });
}
