#pragma once
#include <chrono>
#include <cstddef>

namespace kit::messaging {

/// When the relay polls the outbox again, by what it found: under traffic it polls at short intervals, so
/// that rows written meanwhile share one query, one round of confirms and one delete; idle, it sleeps until
/// notified. No I/O.
class PollSchedule {
 public:
  enum class Next {
    AtOnce,         ///< there is more
    AfterInterval,  ///< after INTERVAL
    Sleep,          ///< until a writer notifies
  };
  static constexpr auto INTERVAL = std::chrono::milliseconds(15);
  static constexpr int EMPTY_POLLS = 5;  ///< in a row until it sleeps again

  /// After a poll that found so many rows, of at most `limit`.
  Next after(std::size_t found, std::size_t limit);
  /// Whether it polls by itself: writers need not notify.
  bool busy() const { return busy_; }

 private:
  bool found_before_ = false;
  bool busy_ = false;
  int empty_ = 0;
};

}  // namespace kit::messaging
