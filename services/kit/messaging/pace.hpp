#pragma once
#include <chrono>
#include <cstddef>

namespace kit::messaging {

/// How soon the relay looks at the outbox again, by what it found. What is written while it waits goes
/// together: one look, one round of confirms and one delete for all of it. No I/O.
class Pace {
 public:
  enum class Next {
    AtOnce,  ///< there is more
    Linger,  ///< after LINGER
    Sleep,   ///< once a writer notifies
  };
  static constexpr auto LINGER = std::chrono::milliseconds(15);
  static constexpr int PATIENCE = 5;  ///< looks that find nothing until it sleeps again

  /// `found` rows at one look, of at most `limit`.
  Next after(std::size_t found, std::size_t limit);
  /// There is traffic, and it looks by itself: writers need not notify.
  bool busy() const { return busy_; }

 private:
  bool found_before_ = false;
  bool busy_ = false;
  int empty_ = 0;
};

}  // namespace kit::messaging
