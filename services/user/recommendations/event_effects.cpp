#include "services/user/recommendations/event_effects.hpp"

#include "services/kit/messaging/consumer.hpp"
#include "services/user/recommendations/known_product_store.hpp"
#include "services/user/recommendations/purchase_store.hpp"

namespace user {
namespace {

using kit::db::Transaction;
using kit::messaging::Unreadable;
using nlohmann::json;

constexpr std::size_t MAX_NAME_BYTES = 200 * 4;

std::int64_t read_id(const json& data, const char* key) {
  const auto id = data.at(key).get<std::int64_t>();
  if (id <= 0) throw Unreadable(std::string(key) + " is no id");
  return id;
}

KnownProduct read_product(const json& data) {
  KnownProduct product{data.at("name").get<std::string>(), std::nullopt, data.value("retired", false)};
  if (product.name.empty() || product.name.size() > MAX_NAME_BYTES) throw Unreadable("a name is wrong");
  const auto price = data.find("unit_price");
  if (price == data.end() || price->is_null()) return product;
  if (const auto currency = kit::Currency::parse(price->at("currency").get<std::string>()))
    product.price.emplace(price->at("minor").get<std::int64_t>(), *currency);
  return product;
}

void confirm(Transaction& tx, const kit::messaging::Event& event) {
  const kit::OrderId order{read_id(event.data, "order_id")};
  const kit::UserId buyer{read_id(event.data.at("user"), "id")};
  KnownProducts products;
  std::set<kit::ProductId> ids;
  for (const auto& line : event.data.at("lines")) {
    const kit::ProductId id{read_id(line, "product_id")};
    products.emplace(id, read_product(line));
    ids.insert(id);
  }
  KnownProductStore::add_missing(tx, products);
  PurchaseStore::confirm(tx, order, buyer, ids, event.time);
}

}  // namespace

void apply_event(Transaction& tx, const kit::messaging::Event& event) try {
  if (event.type == "order.confirmed") return confirm(tx, event);
  if (event.type == "order.cancelled")
    return PurchaseStore::cancel(tx, kit::OrderId{read_id(event.data, "order_id")});
  if (event.type == "product.changed")
    KnownProductStore::apply_change(tx, kit::ProductId{read_id(event.data, "product_id")},
                                    read_product(event.data), event.time);
} catch (const json::exception& e) {
  throw Unreadable(e.what());
}

}  // namespace user
