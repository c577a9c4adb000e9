#pragma once
#include "operator/shop/desired/inputs.hpp"

#include <string>

namespace shop {

/// The image of a managed store (PostgreSQL or RabbitMQ). It does not depend on the shop's version.
struct StoreImage {
  std::string image;
  std::string version;  ///< "15-1", its tag; empty when unknown: a Shop may name an image without its version

  /// For people: the version, else the image.
  const std::string& text() const { return version.empty() ? image : version; }
};

/// Of managed stores; postgres_store() also of the Job that sets up a CloudNativePG Cluster. Without a
/// version in the spec, that of k8s/images/stores.env when this program was built.
StoreImage postgres_store(const ShopContext& context);
StoreImage rabbitmq_store(const ShopContext& context);

/// The versions of k8s/images/stores.env.
const std::string& default_postgres_version();
const std::string& default_rabbitmq_version();

}  // namespace shop
