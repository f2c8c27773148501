//! `payctl product`: the products that the shop sells.
use crate::commands::group;

mod list;
mod row;
mod set;
mod show;

group! {
    /// Set, list and show products
    pub(super) enum ProductCommand {
        Set(set::ProductSetArgs) => set::run, writes;
        List(list::ProductListArgs) => list::run;
        Show(show::ProductShowArgs) => show::run;
    }
}
