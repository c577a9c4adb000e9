#pragma once
#include "services/kit/http/server/router.hpp"
#include "services/kit/metrics/metrics.hpp"
#include "services/product/reviews/review_store.hpp"

#include <string>

namespace product {

/// The path of a review at the gateway.
std::string review_path(ReviewKey key);

/// GET and POST /api/products/{id}/reviews; GET, PATCH, DELETE …/{review_id}; PUT …/{review_id}/status. The
/// store must outlive it. Metrics: reviews_total{action}.
class ReviewRoutes final {
 public:
  ReviewRoutes(const ReviewStore& reviews, kit::Metrics& metrics);
  void add_to(kit::http::Router& router) const;

 private:
  kit::http::Response list(const kit::http::Request& request) const;
  kit::http::Response show(const kit::http::Request& request) const;
  kit::http::Response add(const kit::http::Request& request) const;
  kit::http::Response change(const kit::http::Request& request) const;
  kit::http::Response remove(const kit::http::Request& request) const;
  kit::http::Response set_status(const kit::http::Request& request) const;

  const ReviewStore& reviews_;
  prometheus::Counter& added_;
  prometheus::Counter& changed_;
  prometheus::Counter& deleted_;
  prometheus::Counter& published_;
  prometheus::Counter& hidden_;
};

}  // namespace product
