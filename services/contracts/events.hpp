#pragma once
#include "services/kit/messaging/consumer_queues.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace contracts {

/// Which service consumes which types of event from which queue. Publishers declare these queues with their
/// bindings, so that no event is lost before its consumer has started once or after the broker lost its disk.
/// An event of a type listed here counts as published only when a queue has it; other types may be dropped.
const std::vector<kit::messaging::ConsumerQueue>& consumers();

/// The types that this queue's service consumes. Throws std::invalid_argument for an unlisted queue.
const std::vector<std::string>& consumed_types(std::string_view queue);

}  // namespace contracts
