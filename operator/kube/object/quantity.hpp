#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace kube {

/// A resource quantity ("500m", "1.5Gi", "2e3") as an exact number of nano units, so that different
/// notations compare equal.
class Quantity {
 public:
  /// Returns nullopt when `text` is not a quantity, or one beyond 10^27 nano units.
  static std::optional<Quantity> parse(std::string_view text);
  bool operator==(const Quantity&) const = default;
  auto operator<=>(const Quantity&) const = default;
  /// Whole units, rounded up (bytes of memory, cores).
  std::int64_t ceil() const;

 private:
  explicit Quantity(__int128 nano) : nano_(nano) {}
  __int128 nano_;
};

}  // namespace kube
