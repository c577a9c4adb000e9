#include "operator/shop/desired/store_image.hpp"

namespace shop {
namespace {

StoreImage store(const ShopContext& context, const std::string& name, const std::string& image,
                 const std::string& version, const std::string& default_version) {
  if (!image.empty()) return {image, version};
  const auto& tag = version.empty() ? default_version : version;
  return {context.registry() + "/" + name + ":" + tag, tag};
}

}  // namespace

StoreImage postgres_store(const ShopContext& context) {
  // Of Jobs only: a CloudNativePG Cluster has images of its own.
  if (!context.spec.database) return store(context, "postgres", "", "", default_postgres_version());
  const auto& database = *context.spec.database;
  return store(context, "postgres", database.image, database.version, default_postgres_version());
}

StoreImage rabbitmq_store(const ShopContext& context) {
  const auto& messaging = context.spec.messaging.value();
  return store(context, "rabbitmq", messaging.image, messaging.version, default_rabbitmq_version());
}

const std::string& default_postgres_version() {
  static const std::string version = SHOPKEEPER_POSTGRES_VERSION;
  return version;
}

const std::string& default_rabbitmq_version() {
  static const std::string version = SHOPKEEPER_RABBITMQ_VERSION;
  return version;
}

}  // namespace shop
