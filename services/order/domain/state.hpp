#pragma once
#include <array>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

// The state machine of an order: two tables, without I/O. SQL that depends on states is checked against them
// (store/state_sql.hpp and its test).
namespace order {

enum class State { Pending, Reserved, Authorised, Confirmed, Shipped, Delivered, Rejected, Cancelled };

/// What the saga does next for an order in a state. Each step may be repeated without harm.
enum class Step {
  Reserve,    ///< hold the stock
  Authorise,  ///< have the payment authorised
  TakeStock,  ///< turn the hold into a sale
  None,       ///< placing is over
};

enum class StateEvent {
  StockReserved,
  StockRefused,  ///< too little, or no such product; nothing is held
  PaymentAuthorised,
  PaymentDeclined,
  PaymentFailed,  ///< it was authorised, and could not be captured
  StockTaken,
  StockLost,  ///< the hold expired, and the stock is gone
  GivenUp,    ///< a service was unavailable for too long
  Cancelled,
  Shipped,
  Delivered,
};

struct StateRule {
  State state;
  std::string_view name;  ///< in the database, the API and events
  Step next;              ///< of the saga; recovery drives orders that have one
};

inline constexpr std::array STATES{
    StateRule{State::Pending, "pending", Step::Reserve},
    StateRule{State::Reserved, "reserved", Step::Authorise},
    StateRule{State::Authorised, "authorised", Step::TakeStock},
    StateRule{State::Confirmed, "confirmed", Step::None},
    StateRule{State::Shipped, "shipped", Step::None},
    StateRule{State::Delivered, "delivered", Step::None},
    StateRule{State::Rejected, "rejected", Step::None},
    StateRule{State::Cancelled, "cancelled", Step::None},
};

struct Transition {
  State from;
  StateEvent event;
  State to;
  bool release = false;  ///< stock may be held or taken for it, and must be given back
};

inline constexpr bool RELEASE = true;

inline constexpr std::array TRANSITIONS{
    Transition{State::Pending, StateEvent::StockReserved, State::Reserved},
    Transition{State::Pending, StateEvent::StockTaken, State::Confirmed},  // nothing to pay: sold at once
    Transition{State::Pending, StateEvent::StockRefused, State::Rejected},
    Transition{State::Pending, StateEvent::GivenUp, State::Cancelled, RELEASE},
    Transition{State::Pending, StateEvent::Cancelled, State::Cancelled, RELEASE},
    Transition{State::Reserved, StateEvent::PaymentAuthorised, State::Authorised},
    Transition{State::Reserved, StateEvent::PaymentDeclined, State::Rejected, RELEASE},
    Transition{State::Reserved, StateEvent::GivenUp, State::Cancelled, RELEASE},
    Transition{State::Reserved, StateEvent::Cancelled, State::Cancelled, RELEASE},
    Transition{State::Authorised, StateEvent::StockTaken, State::Confirmed},
    Transition{State::Authorised, StateEvent::StockLost, State::Rejected, RELEASE},
    Transition{State::Authorised, StateEvent::PaymentFailed, State::Rejected, RELEASE},
    Transition{State::Authorised, StateEvent::GivenUp, State::Cancelled, RELEASE},
    Transition{State::Authorised, StateEvent::Cancelled, State::Cancelled, RELEASE},
    Transition{State::Confirmed, StateEvent::Cancelled, State::Cancelled, RELEASE},
    Transition{State::Confirmed, StateEvent::Shipped, State::Shipped},
    Transition{State::Shipped, StateEvent::Delivered, State::Delivered},
};

/// Returns nullopt when the event is not allowed in that state.
constexpr std::optional<Transition> transition(State from, StateEvent event) {
  for (const auto& rule : TRANSITIONS)
    if (rule.from == from && rule.event == event) return rule;
  return std::nullopt;
}

constexpr const StateRule& rule_of(State state) { return STATES.at(static_cast<std::size_t>(state)); }

constexpr std::string_view to_string(State state) { return rule_of(state).name; }
/// Throws std::invalid_argument for any other text.
constexpr State parse_state(std::string_view text) {
  for (const auto& rule : STATES)
    if (rule.name == text) return rule.state;
  throw std::invalid_argument("no order state: " + std::string(text));
}

constexpr Step next_step(State state) { return rule_of(state).next; }

/// Placing is over: what may follow is fulfilment.
constexpr bool settled(State state) { return next_step(state) == Step::None; }

/// No transition leads on: what may still be owed is money and stock.
constexpr bool is_final(State state) {
  for (const auto& rule : TRANSITIONS)
    if (rule.from == state) return false;
  return true;
}

}  // namespace order
