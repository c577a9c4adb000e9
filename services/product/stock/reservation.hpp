#pragma once
#include "services/kit/ids.hpp"
#include "services/kit/money/money.hpp"

#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace product {

/// How a hold on stock for one order stands. Open holds it; confirmed took it off the shelf; released and
/// expired gave it back.
enum class ReservationState { Open, Confirmed, Released, Expired };
std::string_view to_string(ReservationState state);
/// Throws std::invalid_argument for none of them.
ReservationState parse_reservation_state(std::string_view text);

/// A line as asked for: the product by its id or by its name.
struct LineRequest {
  std::optional<kit::ProductId> product;
  std::string name;  ///< when there is no id; compared without regard to case
  std::int64_t quantity = 1;
};

/// What is wanted of one product; `line` is where the request names it first.
struct Wanted {
  kit::ProductId product;
  std::int64_t quantity = 0;
  std::size_t line = 0;
  bool operator==(const Wanted&) const = default;
};

/// Puts lines for one product together, in order of product id: the order in which every transaction locks
/// stock, so that none waits in a circle.
std::vector<Wanted> in_lock_order(std::vector<Wanted> lines);

struct ReservedLine {
  kit::ProductId product;
  std::string name;
  std::int64_t quantity = 0;
  kit::Money unit_price;  ///< as it was when reserved
};

struct Reservation {
  kit::OrderId order;
  ReservationState state = ReservationState::Open;
  std::string expires_at;  ///< RFC 3339
  std::vector<ReservedLine> lines;
};

/// True when what is available went from above the threshold to it or below by `taken` pieces: the moment to
/// tell of it once.
bool crossed_low(std::int64_t available_after, std::int64_t taken, std::int64_t low_at);

struct Missing {
  kit::ProductId product;
  std::string name;
  std::int64_t requested = 0;
  std::int64_t available = 0;
};

/// At least one line asks for more than there is. Nothing was reserved.
class InsufficientStock : public std::exception {
 public:
  explicit InsufficientStock(std::vector<Missing> missing) : missing(std::move(missing)) {}
  const char* what() const noexcept override { return "insufficient stock"; }
  std::vector<Missing> missing;
};

/// A line names a product that there is not, or no longer. Nothing was reserved.
class UnknownProduct : public std::exception {
 public:
  explicit UnknownProduct(std::size_t line) : line(line) {}
  const char* what() const noexcept override { return "unknown product"; }
  std::size_t line;
};

/// The order has no reservation.
class NoReservation : public std::exception {
 public:
  const char* what() const noexcept override { return "no reservation"; }
};

/// The reservation was released: it can be neither taken up again nor confirmed.
class ReservationReleased : public std::exception {
 public:
  const char* what() const noexcept override { return "reservation released"; }
};

}  // namespace product
