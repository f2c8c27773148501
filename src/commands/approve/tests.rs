use crate::domain::Rupiah;

#[test]
fn the_question_names_count_and_sum() {
    let sums = [25_000, 50_000].map(Rupiah::from_db);
    assert_eq!(
        super::question(&sums),
        "Approve 2 orders, Rp 75,000 in all?"
    );
    assert_eq!(super::question(&sums[..1]), "Approve 1 order, Rp 25,000?");
}
