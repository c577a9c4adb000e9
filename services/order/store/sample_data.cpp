#include "services/order/store/sample_data.hpp"

#include "services/contracts/internal/money.hpp"
#include "services/order/store/history.hpp"

#include <array>
#include <string>

namespace order {
namespace {

constexpr kit::db::Statement ALONE{"sample_lock", "lock table orders in share row exclusive mode"};
constexpr kit::db::Statement EMPTY{"sample_empty", "select not exists (select 1 from orders) as empty"};

constexpr kit::db::Statement ORDER{"sample_order", R"(
  with placed as (
    insert into orders (id, user_id, user_name, user_email, state, currency, total_minor, confirmed_at)
    values ($1, $2, $3, $4, 'confirmed', $5, $8, now())
    returning id
  )
  insert into order_lines (order_id, line, product_id, name, quantity, unit_price_minor)
  select id, 0, $6, $7, 1, $8 from placed)"};

constexpr kit::db::Statement NEXT_ID{
    "sample_next_id", "select setval(pg_get_serial_sequence('orders', 'id'), max(id)) from orders"};

struct Sample {
  int user;
  const char* name;
  const char* email;
  int product;
  const char* product_name;
  std::int64_t cents;  ///< price in a currency with two decimals
};

// As in the sample data of the product and user services.
constexpr std::array SAMPLES{Sample{1, "Alice", "alice@example.com", 1, "Laptop", 99999},
                             Sample{2, "Bob", "bob@example.com", 3, "Smartphone", 69999}};

/// As in the product service's sample data.
std::int64_t minor_units(std::int64_t cents, kit::Currency currency) {
  auto minor = cents;
  for (int d = currency.decimals(); d > 2; --d) minor *= 10;
  for (int d = currency.decimals(); d < 2; ++d) minor = (minor + 5) / 10;
  return minor;
}

}  // namespace

void fill_sample_data(kit::db::Database& database, kit::Currency currency) {
  database.transact(
      "sample_data", kit::Deadline::in(std::chrono::seconds(30)), [&](kit::db::Transaction& tx) {
        tx.exec(ALONE);
        if (!tx.exec(EMPTY)[0]["empty"].as<bool>()) return;
        int id = 0;
        for (const auto& sample : SAMPLES) {
          const kit::Money price(minor_units(sample.cents, currency), currency);
          tx.exec(ORDER, ++id, sample.user, std::string(sample.name), std::string(sample.email),
                  std::string(currency.code()), sample.product, std::string(sample.product_name),
                  price.minor());
          history::record(tx, contracts::OrderId{id}, "placed");
          history::record(tx, contracts::OrderId{id}, "confirmed", {{"total", contracts::to_json(price)}});
        }
        tx.exec(NEXT_ID);
      });
}

}  // namespace order
