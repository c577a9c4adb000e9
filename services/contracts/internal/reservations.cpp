#include "services/contracts/internal/reservations.hpp"

#include "services/contracts/internal/malformed.hpp"
#include "services/contracts/internal/money.hpp"
#include "services/kit/json/reader.hpp"

#include <array>
#include <stdexcept>

namespace contracts {
namespace {

using nlohmann::json;

constexpr std::int64_t MAX_QUANTITY = 100'000;
constexpr std::size_t MAX_LINES = 100;
constexpr std::size_t MAX_NAME = 200;

constexpr std::array<std::string_view, 4> STATES{"open", "confirmed", "released", "expired"};

std::string target_of(OrderId order, const char* verb) {
  return std::string(RESERVATIONS) + "/" + std::to_string(order.value) + "/" + verb;
}

json to_json(const RequestedLine& line) {
  json out{{"quantity", line.quantity}};
  if (line.product)
    out["product_id"] = line.product->value;
  else
    out["product"] = line.name;
  return out;
}

RequestedLine read_line(kit::json::Reader& line) {
  RequestedLine out;
  if (const auto id = line.optional_integer("product_id", {1})) out.product = ProductId{*id};
  out.name = line.optional_string("product", {1, MAX_NAME}).value_or("");
  if (line.has("product_id") == line.has("product"))
    line.error("product", "or product_id is required, one of them");
  out.quantity = line.integer("quantity", {1, MAX_QUANTITY});
  line.check_unknown();
  return out;
}

ReservedLine read_reserved(const json& line) {
  const auto price = read_money(line.at("unit_price"));
  if (!price) throw Malformed("a reserved line has no readable price");
  return {ProductId{line.at("product_id").get<std::int64_t>()}, line.at("name").get<std::string>(),
          line.at("quantity").get<std::int64_t>(), *price};
}

}  // namespace

std::string confirm_target(OrderId order) { return target_of(order, "confirm"); }
std::string release_target(OrderId order) { return target_of(order, "release"); }

json to_json(const ReservationRequest& request) {
  auto lines = json::array();
  for (const auto& line : request.lines) lines.push_back(to_json(line));
  return {{"order_id", request.order.value}, {"lines", std::move(lines)}};
}

ReservationRequest read_reservation_request(const json& body) {
  kit::json::Reader reader(body);
  ReservationRequest out{OrderId{reader.integer("order_id", {1})}, {}};
  if (const auto* array = reader.array("lines", 1, MAX_LINES)) {
    for (std::size_t i = 0; i < array->size(); ++i) {
      kit::json::Reader line((*array)[i], "lines[" + std::to_string(i) + "]");
      out.lines.push_back(read_line(line));
      reader.merge(line);
    }
  }
  reader.finish();
  return out;
}

std::string_view to_string(ReservationState state) { return STATES.at(static_cast<std::size_t>(state)); }

ReservationState parse_reservation_state(std::string_view text) {
  for (std::size_t i = 0; i < STATES.size(); ++i)
    if (STATES[i] == text) return static_cast<ReservationState>(i);
  throw std::invalid_argument("no reservation state: " + std::string(text));
}

json to_json(const Reservation& reservation) {
  auto lines = json::array();
  for (const auto& line : reservation.lines)
    lines.push_back({{"product_id", line.product.value},
                     {"name", line.name},
                     {"quantity", line.quantity},
                     {"unit_price", to_json(line.unit_price)}});
  auto out = settled_json(reservation.order, reservation.state);
  out["expires_at"] = reservation.expires_at;
  out["lines"] = std::move(lines);
  return out;
}

std::vector<ReservedLine> read_reserved_lines(const std::string& body) {
  return read_body(body, [](const json& answer) {
    std::vector<ReservedLine> out;
    for (const auto& line : answer.at("lines")) out.push_back(read_reserved(line));
    return out;
  });
}

json settled_json(OrderId order, ReservationState state) {
  return {{"order_id", order.value}, {"state", to_string(state)}};
}

json to_json(const std::vector<Shortage>& missing) {
  auto out = json::array();
  for (const auto& line : missing)
    out.push_back({{"product_id", line.product.value},
                   {"product", line.name},
                   {"requested", line.requested},
                   {"available", line.available}});
  return out;
}

std::vector<Shortage> read_shortages(const json& missing) {
  std::vector<Shortage> out;
  for (const auto& line : missing)
    out.push_back({ProductId{line.at("product_id").get<std::int64_t>()},
                   line.at("product").get<std::string>(), line.at("requested").get<std::int64_t>(),
                   line.at("available").get<std::int64_t>()});
  return out;
}

std::optional<std::vector<Shortage>> read_missing(const std::string& body) {
  return read_body(body, [](const json& problem) -> std::optional<std::vector<Shortage>> {
    if (!problem.contains("missing")) return std::nullopt;
    return read_shortages(problem.at("missing"));
  });
}

}  // namespace contracts
