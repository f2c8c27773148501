use proptest::prelude::*;

use super::*;

/// What two stories must agree on: the money, and what the order came to.
fn outcome(story: &Story) -> (String, Rupiah, Rupiah, Rupiah, OrderStatus) {
    let payment = &story.dossier.payments[0];
    let class = if payment.status.is_open() {
        "open"
    } else if payment.status.is_closed() {
        "closed"
    } else {
        payment.status.word()
    };
    (
        class.to_owned(),
        payment.received,
        payment.refunded,
        payment.charged_back,
        story.dossier.order.status,
    )
}

fn answers() -> impl Strategy<Value = Reported> {
    prop_oneof![
        Just(Reported::NoAnswer(NoAnswerReason::TimedOut)),
        Just(Reported::NotStarted),
        Just(Reported::Pending),
        Just(Reported::Challenged),
        Just(Reported::Failed),
        Just(Reported::Cancelled),
        Just(Reported::Expired),
        Just(Reported::Unrecognised {
            word: "partial_moon".to_owned()
        }),
        Just(paid(PRICE)),
        Just(Reported::Refunded {
            paid: PRICE,
            total: rupiah(10_000)
        }),
        Just(Reported::Refunded {
            paid: PRICE,
            total: PRICE
        }),
    ]
}

// Chargebacks are left out: one that is seen before its payment was leaves an order unpaid that would
// have been sold, and rightly so.

/// Plays the answers, then twice what the gateway has to say in the end.
fn play(answers: &[Reported], in_the_end: &Reported) -> Story {
    let mut story = Story::of(
        OrderStatus::Pending,
        vec![payment(1, PaymentStatus::Created)],
    );
    for answer in answers.iter().chain([in_the_end, in_the_end]) {
        story.minute += 7;
        let observed = said(answer.clone(), minute(story.minute));
        let plan = story.plan(story.dossier.payments[0].clone(), observed);
        story.keep(&plan);
    }
    story
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn repeated_answers_in_any_order_agree(
        (first, second) in proptest::collection::vec(answers(), 1..8).prop_flat_map(|answers| {
            let mut repeated = answers.clone();
            repeated.extend(answers.clone());
            (Just(answers).prop_shuffle(), Just(repeated).prop_shuffle())
        }),
        last in answers().prop_filter("an answer that a gateway stands by", |said| !matches!(said, Reported::NoAnswer(_) | Reported::NotStarted | Reported::Unrecognised { .. })),
    ) {
        let (first, second) = (play(&first, &last), play(&second, &last));
        prop_assert_eq!(outcome(&first), outcome(&second));
    }

    #[test]
    fn money_is_never_removed_without_evidence(answers in proptest::collection::vec(answers(), 1..12)) {
        let mut story = Story::of(OrderStatus::Pending, vec![payment(1, PaymentStatus::Created)]);
        let mut received = Rupiah::ZERO;
        for answer in answers {
            story.minute += 7;
            let plan = story.plan(story.dossier.payments[0].clone(), said(answer, minute(story.minute)));
            story.keep(&plan);
            let payment = &story.dossier.payments[0];
            prop_assert!(payment.received >= received);
            prop_assert!(payment.received == Rupiah::ZERO || payment.status == PaymentStatus::Paid);
            received = payment.received;
            prop_assert!(story.dossier.refunds.iter().filter(|refund| refund.status.is_fact()).map(|refund| refund.amount).sum::<Rupiah>() == payment.refunded);
        }
    }
}
