#pragma once
#include "services/kit/metrics/metrics.hpp"
#include "services/product/catalog/routing.hpp"
#include "services/product/reviews/review_store.hpp"

#include <string>

namespace product {

/// The path of a review at the gateway.
std::string review_path(ReviewKey key);

/// GET and POST /api/products/{id}/reviews; GET, PATCH, DELETE …/{review_id}; PUT …/{review_id}/status. The
/// store and metrics must outlive it. Metrics: reviews_total{action}.
class ReviewRoutes final {
 public:
  ReviewRoutes(const ReviewStore& reviews, kit::Metrics& metrics);
  void add_to(Router& router) const;

 private:
  Response list(const Request& request) const;
  Response show(const Request& request) const;
  Response add(const Request& request) const;
  Response change(const Request& request) const;
  Response remove(const Request& request) const;
  Response set_status(const Request& request) const;
  void count(const char* action, int changes = 1) const;

  const ReviewStore& reviews_;
  kit::Metrics& metrics_;
};

}  // namespace product
