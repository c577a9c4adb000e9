#pragma once
#include "services/kit/embedded.hpp"

#include <vector>

/// charts/shopkeeper-operator/crds/shop.yaml.
extern const std::vector<kit::EmbeddedFile> crd_files;
