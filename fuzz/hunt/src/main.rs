//! `ZONGHENG_TARGET=csv hunt FOLDER…`: feeds one reader what libFuzzer makes of the inputs in the folders.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;

static FEED: LazyLock<fn(&[u8])> = LazyLock::new(|| {
    let name = std::env::var("ZONGHENG_TARGET").unwrap_or_default();
    match zongheng_fuzz::target(&name) {
        Some(target) => target.feed,
        None => panic!("name a reader by ZONGHENG_TARGET, not \"{name}\""),
    }
});

fuzz_target!(|bytes: &[u8]| FEED(bytes));
