#include "services/order/store/order_rows.hpp"

#include <stdexcept>

namespace order {
namespace {

constexpr kit::db::Statement LINES{"order_lines", R"(
  select product_id, name, quantity, unit_price_minor from order_lines where order_id = $1 order by line)"};

constexpr kit::db::Statement PAYMENT{"order_payment", R"(
  select key::text as key, state, coalesce(reference, '') as reference, currency, amount_minor, captured_minor
  from payments where order_id = $1)"};

/// `total`: the order's, which says the currency.
OrderLine line_of(const pqxx::row& row, const std::optional<kit::Money>& total) {
  OrderLine line{std::nullopt, row["name"].as<std::string>(), row["quantity"].as<std::int64_t>(),
                 std::nullopt};
  if (!row["product_id"].is_null()) line.product = contracts::ProductId{row["product_id"].as<std::int64_t>()};
  if (total && !row["unit_price_minor"].is_null())
    line.unit_price = kit::Money(row["unit_price_minor"].as<std::int64_t>(), total->currency());
  return line;
}

}  // namespace

kit::Money money_of(const pqxx::row& row, const char* column) {
  const auto code = row["currency"].as<std::string>();
  const auto currency = kit::Currency::parse(code);
  if (!currency) throw std::runtime_error("unknown currency in the database: " + code);
  return {row[column].as<std::int64_t>(), *currency};
}

Order order_of(kit::db::Transaction& tx, const pqxx::row& row) {
  Order out;
  out.id.value = row["id"].as<std::int64_t>();
  out.state = parse_state(row["state"].as<std::string>());
  out.customer = {kit::UserId{row["user_id"].as<std::int64_t>()}, row["user_name"].as<std::string>(),
                  row["user_email"].as<std::string>()};
  if (!row["total_minor"].is_null()) {
    out.total = money_of(row, "total_minor");
    out.refunded = money_of(row, "refunded_minor");
  }
  if (!row["reason"].is_null()) {
    out.reason = Reason{row["reason"].as<std::string>()};
    if (!row["missing"].is_null())
      out.reason->missing = contracts::read_shortages(nlohmann::json::parse(row["missing"].c_str()));
  }
  out.was_confirmed = row["was_confirmed"].as<bool>();
  out.placed_at = row["placed_at"].as<std::string>();
  out.traceparent = row["traceparent"].as<std::string>();
  out.fencing_token = row["attempts"].as<int>();
  out.claimable = row["claimable"].as<bool>();
  out.release_owed = row["release_owed"].as<bool>();
  out.money_owed = row["money_owed"].as<bool>();
  out.payment_provider = row["payment_provider"].as<std::string>();
  out.payment_method = row["payment_method"].as<std::string>();
  if (out.payment_provider != "none" && out.total) out.payment = payment_of(tx, out.id);
  out.carrier = row["carrier"].as<std::string>();
  out.tracking_number = row["tracking_number"].as<std::string>();
  for (const auto& line : tx.exec(LINES, out.id.value)) out.lines.push_back(line_of(line, out.total));
  return out;
}

std::optional<Payment> payment_of(kit::db::Transaction& tx, contracts::OrderId order) {
  const auto rows = tx.exec(PAYMENT, order.value);
  if (rows.empty()) return std::nullopt;
  const auto row = rows[0];
  return Payment{row["key"].as<std::string>(), parse_payment_state(row["state"].as<std::string>()),
                 money_of(row, "amount_minor"), row["reference"].as<std::string>(),
                 money_of(row, "captured_minor")};
}

std::string lines_json(const std::vector<OrderLine>& lines) {
  auto out = nlohmann::json::array();
  for (const auto& line : lines) {
    nlohmann::json row{{"line", out.size()}, {"name", line.name}, {"quantity", line.quantity}};
    if (line.product) row["product_id"] = line.product->value;
    if (line.unit_price) row["unit_price_minor"] = line.unit_price->minor();
    out.push_back(std::move(row));
  }
  return out.dump();
}

}  // namespace order
