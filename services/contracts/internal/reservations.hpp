#pragma once
#include "services/contracts/internal/ids.hpp"
#include "services/kit/money/money.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

// Reservations of stock in the product service, called by order: POST /internal/reservations holds the stock
// of an order, /internal/sales reserves and confirms at once, /internal/reservations/{order_id}/confirm and
// …/release settle what is held. All are idempotent by the order's id.
namespace contracts {

constexpr const char* RESERVATIONS = "/internal/reservations";
constexpr const char* SALES = "/internal/sales";
std::string confirm_target(OrderId order);
std::string release_target(OrderId order);

/// A line of the request: the product by its id or, without one, by its name, whatever the case.
struct RequestedLine {
  std::optional<ProductId> product;
  std::string name;           ///< empty when there is an id
  std::int64_t quantity = 1;  ///< 1 to 100,000
};

struct ReservationRequest {
  OrderId order;
  std::vector<RequestedLine> lines;  ///< 1 to 100
};
nlohmann::json to_json(const ReservationRequest& request);
/// Throws kit::Problem 422 that names every wrong field.
ReservationRequest read_reservation_request(const nlohmann::json& body);

/// Open holds the stock; confirmed took it off the shelf; released and expired gave it back.
enum class ReservationState { Open, Confirmed, Released, Expired };
std::string_view to_string(ReservationState state);
/// Throws std::invalid_argument for any other text.
ReservationState parse_reservation_state(std::string_view text);

/// What is held of one product.
struct ReservedLine {
  ProductId product;
  std::string name;
  std::int64_t quantity = 0;
  kit::Money unit_price;  ///< as it was when reserved
};

struct Reservation {
  OrderId order;
  ReservationState state = ReservationState::Open;
  std::string expires_at;  ///< RFC 3339
  std::vector<ReservedLine> lines;
};
/// The answer to a reservation or sale.
nlohmann::json to_json(const Reservation& reservation);
/// The lines of that answer; clients need no more of it. Throws Malformed.
std::vector<ReservedLine> read_reserved_lines(const std::string& body);

/// The answer to a confirmation or release.
nlohmann::json settled_json(OrderId order, ReservationState state);

/// A product of which there is less than was asked for.
struct Shortage {
  ProductId product;
  std::string name;
  std::int64_t requested = 0;
  std::int64_t available = 0;
  bool operator==(const Shortage&) const = default;
};
/// The member `missing` of a 409: [{"product_id","product","requested","available"}].
nlohmann::json to_json(const std::vector<Shortage>& missing);
/// Throws nlohmann::json::exception.
std::vector<Shortage> read_shortages(const nlohmann::json& missing);
/// Of the body of a 409. Returns nullopt when it has no member `missing`: there is no such reservation any
/// more. Throws Malformed.
std::optional<std::vector<Shortage>> read_missing(const std::string& body);

}  // namespace contracts
