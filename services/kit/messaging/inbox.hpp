#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/messaging/consumer.hpp"

#include <functional>
#include <span>
#include <string_view>
#include <vector>

namespace kit::messaging {

/// Claims events for `consumer`, in the transaction of their effects: those of them, in their order, that it
/// never claimed before, each once. Until the transaction ends, no other one claims anything in this
/// database: lots that several replicas handle at once would lock what they change crosswise.
std::vector<const Event*> claim_inbox(db::Transaction& tx, std::string_view consumer,
                                      std::span<const Event> events);

/// What an event leads to, in the transaction that claims it. It throws Unreadable for an event that lacks
/// what it must have. It may be called again for an event when the transaction is tried again.
using Effect = std::function<void(db::Transaction&, const Event&)>;

/// For a Consumer: the effects of all events that came together in one transaction, each once however often
/// its event comes. `consumer` is part of the inbox's key, and the transaction's name in metrics: it lives
/// for ever, and never changes. `committed` is called after each transaction. Log lines of an effect carry
/// its event's trace.
Consumer::Handle once(db::Database& database, const char* consumer, Effect effect,
                      std::function<void()> committed = {});

}  // namespace kit::messaging
