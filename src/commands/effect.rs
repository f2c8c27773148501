//! `payctl effect`: what a configured effect hands over.

mod test;

use crate::commands::group;

group! {
    /// Test what an effect of the configuration hands over
    pub(super) enum EffectCommand {
        Test(test::EffectTestArgs) => test::run;
    }
}
