#include "services/order/domain/state.hpp"

#include "services/kit/time/backoff.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace order {
namespace {

constexpr std::array<std::pair<State, std::string_view>, 8> NAMES{{{State::Pending, "pending"},
                                                                   {State::Reserved, "reserved"},
                                                                   {State::Authorised, "authorised"},
                                                                   {State::Confirmed, "confirmed"},
                                                                   {State::Shipped, "shipped"},
                                                                   {State::Delivered, "delivered"},
                                                                   {State::Rejected, "rejected"},
                                                                   {State::Cancelled, "cancelled"}}};

constexpr bool KEEP = false;
constexpr bool RELEASE = true;

struct Edge {
  State from;
  Outcome outcome;
  Transition transition;
};

constexpr std::array EDGES{
    Edge{State::Pending, Outcome::StockReserved, {State::Reserved, KEEP}},
    Edge{State::Pending, Outcome::StockRefused, {State::Rejected, KEEP}},
    Edge{State::Pending, Outcome::GivenUp, {State::Cancelled, RELEASE}},
    Edge{State::Pending, Outcome::Cancelled, {State::Cancelled, RELEASE}},
    Edge{State::Reserved, Outcome::PaymentAuthorised, {State::Authorised, KEEP}},
    Edge{State::Reserved, Outcome::PaymentDeclined, {State::Rejected, RELEASE}},
    Edge{State::Reserved, Outcome::GivenUp, {State::Cancelled, RELEASE}},
    Edge{State::Reserved, Outcome::Cancelled, {State::Cancelled, RELEASE}},
    Edge{State::Authorised, Outcome::StockTaken, {State::Confirmed, KEEP}},
    Edge{State::Authorised, Outcome::StockLost, {State::Rejected, RELEASE}},
    Edge{State::Authorised, Outcome::PaymentFailed, {State::Rejected, RELEASE}},
    Edge{State::Authorised, Outcome::GivenUp, {State::Cancelled, RELEASE}},
    Edge{State::Authorised, Outcome::Cancelled, {State::Cancelled, RELEASE}},
    Edge{State::Confirmed, Outcome::Cancelled, {State::Cancelled, RELEASE}},
    Edge{State::Confirmed, Outcome::Shipped, {State::Shipped, KEEP}},
    Edge{State::Shipped, Outcome::Delivered, {State::Delivered, KEEP}},
};

constexpr kit::Backoff RETRY{std::chrono::milliseconds(500), std::chrono::seconds(15)};

}  // namespace

std::string_view to_string(State state) {
  const auto found =
      std::find_if(NAMES.begin(), NAMES.end(), [&](const auto& n) { return n.first == state; });
  if (found == NAMES.end()) throw std::invalid_argument("no order state");
  return found->second;
}

State parse_state(std::string_view text) {
  const auto found =
      std::find_if(NAMES.begin(), NAMES.end(), [&](const auto& n) { return n.second == text; });
  if (found == NAMES.end()) throw std::invalid_argument("no order state: " + std::string(text));
  return found->first;
}

Step next_step(State state) {
  switch (state) {
    case State::Pending:
      return Step::Reserve;
    case State::Reserved:
      return Step::Authorise;
    case State::Authorised:
      return Step::TakeStock;
    default:
      return Step::None;
  }
}

std::optional<Transition> transition(State from, Outcome outcome) {
  const auto found = std::find_if(EDGES.begin(), EDGES.end(),
                                  [&](const Edge& e) { return e.from == from && e.outcome == outcome; });
  if (found == EDGES.end()) return std::nullopt;
  return found->transition;
}

std::chrono::milliseconds retry_delay(int attempts, double jitter) { return RETRY.delay(attempts, jitter); }

}  // namespace order
