//! x
mod support;
#[test]
fn look() {
    for lang in [claimsift::Lang::En, claimsift::Lang::Zh] {
        let county = support::County::small(lang);
        println!("{}", claimsift_report::summary(&county.screening, &county.intake, &county.claims, lang));
        println!("{}", claimsift_report::claim_paper(&county.context(), "C2").unwrap());
        println!("{}", claimsift_report::provider_paper(&county.context(), "H2").unwrap());
    }
}
