//! One sample of every page.
