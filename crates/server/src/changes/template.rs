//! A short sample of each sort of file, to be filled in: what may stand in it, with remarks in the reader's
//! language.

use super::Sort;

impl Sort {
    /// The sample in Chinese or English.
    pub const fn template(self, zh: bool) -> &'static str {
        match (self, zh) {
            (Self::Roster, true) => include_str!("../../../../ui/changes/roster.zh.toml"),
            (Self::Roster, false) => include_str!("../../../../ui/changes/roster.en.toml"),
            (Self::Reorganisation, true) => {
                include_str!("../../../../ui/changes/reorganisation.zh.toml")
            }
            (Self::Reorganisation, false) => {
                include_str!("../../../../ui/changes/reorganisation.en.toml")
            }
            (Self::Appointments, true) => {
                include_str!("../../../../ui/changes/appointments.zh.toml")
            }
            (Self::Appointments, false) => {
                include_str!("../../../../ui/changes/appointments.en.toml")
            }
            (Self::Powers, true) => include_str!("../../../../ui/changes/powers.zh.toml"),
            (Self::Powers, false) => include_str!("../../../../ui/changes/powers.en.toml"),
            (Self::Calendar, true) => include_str!("../../../../ui/changes/calendar.zh.csv"),
            (Self::Calendar, false) => include_str!("../../../../ui/changes/calendar.en.csv"),
        }
    }
}
