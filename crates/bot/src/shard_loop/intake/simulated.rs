//! The simulator's bot, for tests.

use discord::{Endpoints, IdentifyQueue, Rest, Shard, ShardConfig, Token};
use sim::config::SimConfig;
use sim::driver::Sim;

fn token() -> Token {
    Token::parse(&SimConfig::default().token).expect("a token")
}

pub(in crate::shard_loop) fn rest(sim: &Sim) -> Rest {
    let endpoints = Endpoints {
        api: sim.api_base().parse().expect("a URL"),
        cdn: sim.cdn_base().parse().expect("a URL"),
        gateway: None,
    };
    Rest::new(token(), &endpoints).expect("a client")
}

/// Its only shard, with a session to begin.
pub(in crate::shard_loop) async fn shard(rest: &Rest) -> Shard {
    let gateway = rest.gateway_bot().await.expect("an answer");
    Shard::open(ShardConfig {
        id: 0,
        count: 1,
        token: token(),
        gateway_url: gateway.url.clone(),
        resume: None,
        queue: IdentifyQueue::new(&gateway),
        seed: 1,
    })
}
