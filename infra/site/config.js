/** Where the API is: its origin, empty where the site's own host serves it too. The one thing to change in a deployment. */
export const API = "";
