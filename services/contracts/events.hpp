#pragma once
#include "services/kit/messaging/readers.hpp"

#include <vector>

namespace contracts {

/// Which service consumes which types of event from which queue. Publishers declare these queues with their
/// bindings, so that no event is lost before its consumer has started once or after the broker lost its disk.
/// An event of a type listed here counts as published only when a queue has it; other types may be dropped.
const std::vector<kit::messaging::Reader>& consumers();

}  // namespace contracts
