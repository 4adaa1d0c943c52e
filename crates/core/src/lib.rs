//! The rules of Zongheng. No I/O, no clock reads, no chance: time, identity and configuration are
//! passed in, so that the same question has the same answer in a test, a server and a court.

pub mod access;
pub mod allowance;
pub mod calendar;
pub mod clock;
pub mod county;
pub mod ids;
pub mod ledger;
pub mod matter;
pub mod organisation;
pub mod paper;
pub mod playbook;
pub mod powers;
pub mod reorganisation;
pub mod rules;
pub mod ruling;
pub mod search;
pub mod secrecy;
pub mod time;
