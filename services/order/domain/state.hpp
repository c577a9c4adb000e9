#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

// The life of an order: which states there are, what to do next in each, and where each outcome leads. No
// I/O.
namespace order {

enum class State { Pending, Reserved, Authorised, Confirmed, Shipped, Delivered, Rejected, Cancelled };
std::string_view to_string(State state);
/// Throws std::invalid_argument for none of them.
State parse_state(std::string_view text);

/// What the saga has to do for an order in a state. Each step may be repeated without harm.
enum class Step {
  Reserve,    ///< hold the stock
  Authorise,  ///< have the payment authorised
  TakeStock,  ///< turn the hold into a sale
  None,       ///< placing is over, one way or the other
};
Step next_step(State state);

/// True once placing is over: what comes now is shipping, or nothing.
inline bool settled(State state) { return next_step(state) == Step::None; }

/// True once nothing more can become of the order itself: what may still be owed is money and stock.
inline bool is_final(State state) {
  return state == State::Delivered || state == State::Rejected || state == State::Cancelled;
}

/// How a step ended, or what somebody did to the order.
enum class Outcome {
  StockReserved,
  StockRefused,  ///< too little, or no such product; nothing is held
  PaymentAuthorised,
  PaymentDeclined,
  PaymentFailed,  ///< it was authorised, and could not be captured
  StockTaken,
  StockLost,  ///< the hold expired, and the stock is gone
  GivenUp,    ///< what it needs was away for too long
  Cancelled,
  Shipped,
  Delivered,
};

struct Transition {
  State to;
  bool release;  ///< stock may be held or taken for it, and must be given back
  bool operator==(const Transition&) const = default;
};

/// Where the outcome leads; nothing when it cannot come in that state.
std::optional<Transition> transition(State from, Outcome outcome);

/// How long to leave an order alone that could not be gone on with, after so many attempts: doubling from
/// half a second to 15 s, the last half of it by chance (`jitter` in [0, 1)) so that orders stranded together
/// do not come back together.
std::chrono::milliseconds retry_delay(int attempts, double jitter);

}  // namespace order
