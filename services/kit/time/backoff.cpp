#include "services/kit/time/backoff.hpp"

#include "services/kit/time/random.hpp"

namespace kit {

std::chrono::milliseconds Backoff::delay(int failures) const { return delay(failures, random_fraction()); }

}  // namespace kit
