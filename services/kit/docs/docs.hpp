#pragma once
#include "services/kit/embedded.hpp"
#include "services/kit/http/server/router.hpp"

#include <vector>

namespace kit::docs {

/// `GET /openapi.yaml`: the service's own description, `files` being its openapi.yaml.
void add_openapi(http::Router& router, const std::vector<EmbeddedFile>& files);

/// For the gateway: `GET /api/openapi.json`, all descriptions joined (`whole`; shopkeeper_join_openapi()
/// makes it), and `GET /api/docs`, a page to read and try it. The page's script and style are our own and
/// come from here, so that its Content-Security-Policy allows nothing from elsewhere.
void add_docs(http::Router& router, const std::vector<EmbeddedFile>& whole);

}  // namespace kit::docs
