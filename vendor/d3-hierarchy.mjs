export { hierarchy, tree, cluster, stratify } from "d3-hierarchy";
