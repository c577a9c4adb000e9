#include "services/user/privacy/events.hpp"

#include "services/kit/messaging/consumer.hpp"
#include "services/user/recommendations/known_product_store.hpp"
#include "services/user/recommendations/purchase_store.hpp"

namespace user {
namespace {

using kit::db::Transaction;
using nlohmann::json;

constexpr std::size_t MAX_NAME = 200;

std::int64_t id_of(const json& data, const char* key) {
  const auto id = data.at(key).get<std::int64_t>();
  if (id <= 0) throw kit::messaging::Unreadable(std::string(key) + " is no id");
  return id;
}

Product product_of(const json& data) {
  Product product{data.at("name").get<std::string>(), std::nullopt, data.value("retired", false)};
  if (product.name.empty() || product.name.size() > MAX_NAME * 4)
    throw kit::messaging::Unreadable("a name is wrong");
  const auto price = data.find("unit_price");
  if (price == data.end() || price->is_null()) return product;
  if (const auto currency = kit::Currency::parse(price->at("currency").get<std::string>()))
    product.price.emplace(price->at("minor").get<std::int64_t>(), *currency);
  return product;
}

void confirmed(Transaction& tx, const kit::messaging::Event& event) {
  const kit::OrderId order{id_of(event.data, "order_id")};
  const kit::UserId buyer{id_of(event.data.at("user"), "id")};
  Products products;
  for (const auto& line : event.data.at("lines"))
    products.emplace(kit::ProductId{id_of(line, "product_id")}, product_of(line));
  std::set<kit::ProductId> ids;
  for (const auto& [id, product] : products) ids.insert(id);
  store::KnownProducts::mention(tx, products);
  store::Purchases::confirm(tx, order, buyer, ids, event.time);
}

}  // namespace

std::vector<std::string> events_heard() { return {"order.confirmed", "order.cancelled", "product.changed"}; }

void hear(Transaction& tx, const kit::messaging::Event& event) try {
  if (event.type == "order.confirmed") return confirmed(tx, event);
  if (event.type == "order.cancelled")
    return store::Purchases::cancel(tx, kit::OrderId{id_of(event.data, "order_id")});
  if (event.type == "product.changed")
    store::KnownProducts::tell(tx, kit::ProductId{id_of(event.data, "product_id")}, product_of(event.data),
                               event.time);
} catch (const json::exception& e) {
  throw kit::messaging::Unreadable(e.what());
}

}  // namespace user
