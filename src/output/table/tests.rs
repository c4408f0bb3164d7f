use super::{Style, render};
use crate::output::sample;

#[test]
fn look() {
    for width in [200, 100, 80, 60, 40, 20, 1] {
        for colour in [false, true] {
            if colour && width != 80 {
                continue;
            }
            println!("--- {width}");
            print!("{}", render(&sample::night(), Style { width, colour }));
        }
    }
}
