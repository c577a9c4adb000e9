#pragma once
#include "services/kit/embedded.hpp"
#include "services/kit/http/server/router.hpp"

#include <vector>

namespace kit::docs {

/// Adds `GET /openapi.yaml`, the service's own description in `files`.
void add_openapi(http::Router& router, const std::vector<EmbeddedFile>& files);

/// For the gateway: adds `GET /api/openapi.json`, the joined descriptions (`whole`, made by
/// shopkeeper_join_openapi()), and `GET /api/docs`, pages to read and try them. Their Content-Security-Policy
/// allows only our own script and style.
void add_docs(http::Router& router, const std::vector<EmbeddedFile>& whole);

}  // namespace kit::docs
