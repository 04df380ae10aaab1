//! Clients of the simulator, whose bot has the token that it has when nobody chooses one.

use discord::{Endpoints, Rest, RestOptions, Token};
use sim::config::SimConfig;
use sim::driver::Sim;

pub(crate) fn endpoints(sim: &Sim) -> Endpoints {
    Endpoints {
        api: sim.api_base().parse().expect("a URL"),
        cdn: sim.cdn_base().parse().expect("a URL"),
        gateway: None,
    }
}

pub(crate) fn token() -> Token {
    Token::parse(&SimConfig::default().token).expect("a token")
}

pub(crate) fn client(sim: &Sim, options: RestOptions) -> Rest {
    Rest::with_options(token(), &endpoints(sim), options).expect("a client")
}
