#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/messaging/consumer.hpp"

#include <functional>
#include <span>
#include <string_view>
#include <vector>

namespace kit::messaging {

/// Claims events for `consumer` in the transaction of their effects. Returns those that were not claimed
/// before, in order and each once. Until the transaction ends no other transaction in this database claims
/// events, because batches of several replicas could deadlock.
std::vector<const Event*> claim_inbox(db::Transaction& tx, std::string_view consumer,
                                      std::span<const Event> events);

/// The effect of an event, in the transaction that claims it. It throws Unreadable for an event that lacks
/// required data. It is called again when the transaction is retried.
using Effect = std::function<void(db::Transaction&, const Event&)>;

/// For a Consumer: applies the effects of a batch in one transaction, each once however often its event is
/// delivered. `consumer` is part of the inbox's key and the transaction's name in metrics: a static string
/// that must never change. `committed` is called after each transaction. Log lines of an effect carry its
/// event's trace.
Consumer::Handle once(db::Database& database, const char* consumer, Effect effect,
                      std::function<void()> committed = {});

}  // namespace kit::messaging
