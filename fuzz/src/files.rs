//! Pictures, papers, voice and films as people send them.

use std::io::{Cursor, Read as _};

use zongheng_files::{Blanked, Fit, Kind, LARGEST, MOST_SIDE, SIDE, SMALL, judge, small_of};

fn judged(bytes: &[u8]) -> Option<Fit> {
    match judge(&mut Cursor::new(bytes), bytes.len() as u64) {
        Ok(fit) => Some(fit),
        Err(unfit) => {
            assert!(!unfit.to_string().is_empty());
            None
        }
    }
}

/// What is kept of a file is taken again, as the same, and nothing more is to be changed in it.
pub(crate) fn kept(bytes: &[u8]) {
    const { assert!(SMALL < SIDE && SIDE < MOST_SIDE) };
    match judged(bytes) {
        None => {}
        Some(Fit::Picture { whole, small, .. }) => {
            assert!((whole.len() as u64) < LARGEST && small.len() <= whole.len().max(1 << 16));
            let Some(Fit::Picture { taken, .. }) = judged(&whole) else {
                panic!("a picture that was made anew is none")
            };
            assert_eq!(taken, zongheng_files::Taken::default(), "a note of the phone stands in it");
            assert!(small_of(&whole).is_ok());
        }
        Some(Fit::AsItCame { kind, blanks }) => {
            let mut kept = Vec::new();
            let read = Blanked::new(Cursor::new(bytes), &blanks).read_to_end(&mut kept);
            assert_eq!(read.ok(), Some(bytes.len()));
            match judged(&kept) {
                Some(Fit::AsItCame { kind: again, blanks }) => {
                    assert_eq!(kind, again);
                    assert!(blanks.is_empty(), "{kind:?}: {blanks:?} are still to be blanked");
                }
                other => panic!("{kind:?} is kept and not taken again: {other:?}"),
            }
            assert!(!kind.is_picture() && Kind::of_media(kind.media()) == Some(kind));
        }
    }
}
