#include "services/order/domain/state.hpp"

#include <stdexcept>
#include <string>

namespace order {

State parse_state(std::string_view text) {
  for (const auto& rule : STATES)
    if (rule.name == text) return rule.state;
  throw std::invalid_argument("no order state: " + std::string(text));
}

}  // namespace order
